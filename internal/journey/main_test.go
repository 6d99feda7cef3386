package journey_test

import (
	"os"
	"testing"

	"hushwing/internal/journey"
	"hushwing/internal/lab"
)

func TestMain(m *testing.M) {
	os.Exit(journey.Main(func() int { return lab.Main(m) }))
}
