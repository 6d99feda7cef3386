package model

import (
	"crypto/rand"
	"math/big"
	"strconv"
	"strings"
)

// The words of a random name: short, friendly, easy to spell over the phone.
// They are part of an address, so they are not translated.
var (
	nameFirst = strings.Fields(`amber azure brave breezy bright calm candid cheery clear clever
		cloudy cosy crisp curious daring dewy dusty eager early easy fair fancy fluffy free fresh
		frosty gentle glad golden good green happy hazel honest humble indigo jolly keen kind
		lively loyal lucky lunar maple mellow merry mild misty mossy nimble noble olive patient
		peachy plain proud quick quiet ready red rosy round rustic sandy shiny silent silver
		simple sleepy smooth snowy soft solar steady sunny sweet swift tidy tiny tranquil
		true velvet vivid warm wavy wild windy wise witty young`)
	nameSecond = strings.Fields(`acorn alder anchor apple badger barley basil beaver birch bison
		bluebell breeze brook canary candle canyon cedar cherry cloud clover comet cricket daisy
		delta dolphin donkey elm falcon fern finch fjord forest fox garden ginger hare harbor
		hazelnut heron hill iris island ivy jasmine kettle kite lake lantern lark lemon lilac
		linden lynx magpie maple meadow melon mint moon morning moss mountain nutmeg oak oasis
		olive orchard otter owl pebble pepper pine plum pond poppy puffin quail rabbit rain raven
		reed river robin rose sage sail seal shore sparrow spruce star stone stream summer swan
		thyme tulip turtle valley violet walnut willow wren`)
)

// randomName returns a name for a new address that tells nothing about anyone:
// two words and three digits, some eight million of them.
func randomName() string {
	return nameFirst[random(len(nameFirst))] + nameSecond[random(len(nameSecond))] + strconv.Itoa(100+random(900))
}

// random returns a number below n. The reader of crypto/rand cannot fail.
func random(n int) int {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err)
	}
	return int(i.Int64())
}
