// typescript-sdk writes the TypeScript SDK of a package from its schema: `typescript-sdk SCHEMA FOLDER`.
//
// Pulumi's language host for Node.js does the same in `pulumi package add`, with the same generator; that host cannot be
// built from a Go module, and the generator can.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	var spec schema.PackageSpec
	check(json.Unmarshal(text, &spec))
	pkg, found, err := schema.BindSpec(spec, schema.NewCachedLoader(nil), schema.ValidationOptions{})
	check(err)
	if found.HasErrors() {
		check(found)
	}
	check(pkg.ImportLanguages(map[string]schema.Language{"nodejs": nodejs.Importer}))
	files, err := nodejs.GeneratePackage("typescript-sdk", pkg, nil, nil, true, nil)
	check(err)
	for name, content := range files {
		file := filepath.Join(os.Args[2], name)
		check(os.MkdirAll(filepath.Dir(file), 0o755))
		check(os.WriteFile(file, content, 0o644))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
