"""PipelineApp as a Pulumi package, for programs in any language that Pulumi has (docs/package.md)."""
