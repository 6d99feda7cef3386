package journey

import (
	"path/filepath"

	"hushwing/tor"
	"hushwing/tor/apart"
)

// holder starts program, which is hushwing-net, as the program with the window
// does. end ends it.
func holder(program, dir string) (h tor.Holder, end func(), err error) {
	got, err := apart.Start(program, apart.StartOptions{DataDir: filepath.Join(dir, "tor")})
	if err != nil {
		return nil, nil, err
	}
	return got, func() { _ = got.Close() }, nil
}
