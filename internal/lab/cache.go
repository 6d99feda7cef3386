package lab

import (
	"fmt"
	"os"
	"path/filepath"
)

// cacheDir is the folder for what is kept between runs: compiled helpers and
// warm Tor networks. It holds nothing of the user's; it may be deleted when no
// lab is running. HUSHWING_LAB_CACHE names another one.
func cacheDir() (string, error) {
	dir := os.Getenv("HUSHWING_LAB_CACHE")
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("lab: nowhere to keep things: %w", err)
		}
		dir = filepath.Join(base, "hushwing-lab")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("lab: %w", err)
	}
	return dir, nil
}

// KeptNetworks is the folder, for Options.Keys, of the Tor networks that are
// kept for this user. Labs for tests use it; with it most labs start warm.
func KeptNetworks() (string, error) {
	dir, err := cacheDir()
	return filepath.Join(dir, "networks-300s-guards"), err
}
