// coredns is the cluster's DNS server with the ten plugins that the sandbox's Corefile uses, and no other.
//
// The order in which plugins answer is CoreDNS's own (core/dnsserver/zdirectives.go); the order here means nothing.
// Leaving out the cloud plugins (route53, azure, clouddns, etcd …) halves the dependencies.
package main

import (
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/log"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/reload"

	"github.com/coredns/coredns/coremain"
)

func main() {
	coremain.Run()
}
