package tor_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"hushwing/tor"
)

// The environment that makes this test program a person's program, which
// starts the tor of the first in the folder of the second, says its process
// and waits to be killed.
const (
	asProgram = "HUSHWING_TEST_TOR_PROGRAM"
	asDataDir = "HUSHWING_TEST_TOR_DATADIR"
)

// TestMain fails when a test leaves a goroutine behind.
func TestMain(m *testing.M) {
	if program := os.Getenv(asProgram); program != "" {
		n, err := tor.Start(context.Background(), tor.Options{Program: program, DataDir: os.Getenv(asDataDir)})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(n.Pid())
		select {}
	}
	goleak.VerifyTestMain(m)
}
