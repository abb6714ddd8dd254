// The shop: a web API on port 9000.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	server := &http.Server{Addr: ":9000", Handler: pages(), ReadHeaderTimeout: 5 * time.Second}
	ended := make(chan error, 1)
	go func() {
		<-ctx.Done()
		// Requests under way are answered before the process ends.
		ended <- server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	if err := <-ended; err != nil {
		log.Fatal(err)
	}
}

func pages() http.Handler {
	mux := http.NewServeMux()
	well := func(answer http.ResponseWriter, _ *http.Request) { answer.WriteHeader(http.StatusOK) }
	mux.HandleFunc("/healthz", well)
	mux.HandleFunc("/readyz", well)
	mux.HandleFunc("/", func(answer http.ResponseWriter, _ *http.Request) {
		pod, _ := os.Hostname()
		answer.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(answer).Encode(map[string]string{"shop": "open", "pod": pod})
	})
	return mux
}
