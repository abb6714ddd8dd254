"""What a pull request is told of its previews: one comment in Markdown for all stacks."""
