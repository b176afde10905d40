package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// follow runs client-go's informer on one resource and prints what it tells, one JSON object a line: what controllers,
// dashboards and kubectl see of a server, gzip, paging, bookmarks and resumed watches included.
//
//	{"event":"synced","count":2}
//	{"event":"added","namespace":"shop","name":"a","resourceVersion":"17"}
//
// It ends when standard input closes, when --for is over, or when it is told to.
func follow() {
	if err := runFollow(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "follow:", err)
		os.Exit(1)
	}
}

func runFollow(arguments []string) error {
	flags := flag.NewFlagSet("follow", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", os.Getenv("KUBECONFIG"), "`file` that names cluster and user")
	namespace := flags.String("namespace", "", "one namespace; all when empty")
	metadataOnly := flags.Bool("metadata", false, "ask for PartialObjectMetadata, as the garbage collector does")
	limit := flags.Duration("for", 0, "end after this time; 0 is never")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: breakwater-kube follow [flag...] RESOURCE.VERSION.GROUP")
		flags.PrintDefaults()
	}
	_ = flags.Parse(arguments)
	resource, _ := schema.ParseResourceArg(strings.ToLower(flags.Arg(0)))
	if resource == nil {
		return errors.New("RESOURCE.VERSION.GROUP is needed, such as vulnerabilityreports.v1alpha1.aquasecurity.github.io")
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	// The default of 5 requests a second would hold back what is to be seen.
	config.QPS, config.Burst = 100, 200
	informer, err := newInformer(config, *resource, *namespace, *metadataOnly)
	if err != nil {
		return err
	}
	ctx, cancel := endOfInput(*limit)
	defer cancel()
	return printEvents(ctx, informer)
}

func newInformer(config *rest.Config, resource schema.GroupVersionResource, namespace string, metadataOnly bool) (
	cache.SharedIndexInformer, error) {
	if metadataOnly {
		client, err := metadata.NewForConfig(config)
		if err != nil {
			return nil, err
		}
		return metadatainformer.NewFilteredSharedInformerFactory(client, 0, namespace, nil).ForResource(resource).Informer(), nil
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return dynamicinformer.NewFilteredDynamicSharedInformerFactory(client, 0, namespace, nil).ForResource(resource).Informer(), nil
}

type line struct {
	Event           string `json:"event"`
	Namespace       string `json:"namespace,omitempty"`
	Name            string `json:"name,omitempty"`
	ResourceVersion string `json:"resourceVersion,omitempty"`
	Count           *int   `json:"count,omitempty"`
	Error           string `json:"error,omitempty"`
}

func printEvents(ctx context.Context, informer cache.SharedIndexInformer) error {
	var writing sync.Mutex
	output := json.NewEncoder(os.Stdout)
	write := func(line line) {
		writing.Lock()
		defer writing.Unlock()
		_ = output.Encode(line)
	}
	object := func(event string, value any) {
		if unknown, ok := value.(cache.DeletedFinalStateUnknown); ok {
			value = unknown.Obj
		}
		if accessor, err := meta.Accessor(value); err == nil {
			write(line{Event: event, Namespace: accessor.GetNamespace(), Name: accessor.GetName(),
				ResourceVersion: accessor.GetResourceVersion()})
		}
	}
	// Says why a list or a watch broke; the reflector begins it again by itself.
	if err := informer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
		write(line{Event: "error", Error: err.Error()})
	}); err != nil {
		return err
	}
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(added any) { object("added", added) },
		UpdateFunc: func(_, updated any) { object("updated", updated) },
		DeleteFunc: func(deleted any) { object("deleted", deleted) },
	}); err != nil {
		return err
	}
	go informer.RunWithContext(ctx)
	if cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		count := len(informer.GetStore().ListKeys())
		write(line{Event: "synced", Count: &count})
	}
	<-ctx.Done()
	return nil
}

// endOfInput is done when standard input closes, at a signal, or after a time.
func endOfInput(limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	if limit > 0 {
		ctx, cancel = context.WithTimeout(ctx, limit)
	}
	go func() {
		var buffer [64]byte
		for {
			if _, err := os.Stdin.Read(buffer[:]); err != nil {
				cancel()
				return
			}
		}
	}()
	return ctx, cancel
}
