package journey_test

import (
	"os"
	"testing"

	"hushwing/config/configtest"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
)

func TestMain(m *testing.M) {
	// The password's derivation takes its second in config's own tests; under the
	// race detector it would take ten here, for each of many profiles.
	configtest.CheapProcess(m)
	os.Exit(journey.Main(func() int { return lab.Main(m) }))
}
