//go:build !linux

package journey

import (
	"errors"

	"hushwing/tor"
)

// holder: elsewhere there is no process for the network.
func holder(string, string) (tor.Holder, func(), error) {
	return nil, nil, errors.New("journey: no process for the network on this system")
}
