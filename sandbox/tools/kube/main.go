// kube is the part of Kubernetes that its first argument names, so that one build and one file serve a whole cluster:
//
//	kube apiserver|controllers|scheduler|proxy|kubelet|kubectl [flags of that component]
//
// Each component is the released one: the same command that its own binary runs.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

var components = map[string]func() *cobra.Command{
	"apiserver":   apiserver.NewAPIServerCommand,
	"controllers": controllers.NewControllerManagerCommand,
	"scheduler":   func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"proxy":       proxy.NewProxyCommand,
	"kubelet":     func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
	"kubectl":     kubectl.NewDefaultKubectlCommand,
}

func main() {
	if len(os.Args) < 2 || components[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: kube apiserver|controllers|scheduler|proxy|kubelet|kubectl [flags]")
		os.Exit(2)
	}
	component := components[os.Args[1]]
	os.Args = os.Args[1:] // the component takes its own name for the program's
	os.Exit(cli.Run(component()))
}
