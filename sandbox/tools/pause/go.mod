module monadic-pipeline/sandbox/tools/pause

go 1.26
