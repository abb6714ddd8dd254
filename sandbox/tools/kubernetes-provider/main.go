// pulumi-resource-kubernetes is Pulumi's Kubernetes provider, served from its Go module.
//
// The official binary embeds its schema and its Terraform mapping; the module carries both as plain files, and here they
// lie beside the binary.
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// version is the release of the Python SDK that this revision of the provider belongs to.
const version = "4.25.0"

func main() {
	provider.Serve("kubernetes", version, besideBinary("schema.json"), besideBinary("terraform-mapping.json"))
}

func besideBinary(name string) []byte {
	binary, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(filepath.Dir(binary), name))
	if err != nil {
		log.Fatal(err)
	}
	return content
}
