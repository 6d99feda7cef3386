package passphrase

import (
	"crypto/rand"
	_ "embed"
	"math/big"
	"strings"
	"sync"
)

// effLarge is the large word list of the Electronic Frontier Foundation
// (2016, Creative Commons Attribution 3.0 United States), without its numbers:
// 7776 words in the order of their five dice. It is a text, and not a module's
// slices, because those take 0.5 MB of memory in every start, for one button.
//
//go:embed eff_large_wordlist.txt
var effLarge string

// list is effLarge as words.
var list = sync.OnceValue(func() []string { return strings.Fields(effLarge) })

// randomWords draws n words, each of the list with the same chance.
func randomWords(n int) ([]string, error) {
	from, drawn := list(), make([]string, n)
	for i := range drawn {
		k, err := rand.Int(rand.Reader, big.NewInt(int64(len(from))))
		if err != nil {
			return nil, err
		}
		drawn[i] = from[k.Int64()]
	}
	return drawn, nil
}
