package config

import (
	"encoding/json"
	"errors"
	"fmt"
)

// formatVersion is the format that this program writes. The three files carry
// it each.
//
// To change the format: copy format1_*.go to format2_*.go and change them
// there, leave in format1_*.go only what reads the old one, write migrate2.go with a
// step from the old JSON to the new, add it to migrations, and keep
// testdata/v1 as it is: a test opens every testdata/vN. Until the first release
// format 1 may gain fields that are left out where they are empty.
const formatVersion = 1

// migrations hold, by file and by the format that they start from, the step to
// the next format.
var migrations = map[string]map[int]migration{
	profileFile: {},
	queueFile:   {},
}

// migration turns the JSON of one format into that of the next.
type migration func(old []byte) ([]byte, error)

// upgrade brings the JSON of a file to the format version want.
func upgrade(name string, plain []byte, want int, steps map[int]migration) ([]byte, error) {
	var frame struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(plain, &frame); err != nil {
		return nil, &DamagedError{name, errors.New("it does not hold JSON")} // the cause would quote it
	}
	switch {
	case frame.Format > want:
		return nil, &NewerError{name, frame.Format}
	case frame.Format < 1:
		return nil, &DamagedError{name, errors.New("it has no format number")}
	}
	for v := frame.Format; v < want; v++ {
		step, ok := steps[v]
		if !ok {
			return nil, &DamagedError{name, fmt.Errorf("nothing reads format %d", v)}
		}
		var err error
		if plain, err = step(plain); err != nil {
			return nil, &DamagedError{name, err}
		}
	}
	return plain, nil
}
