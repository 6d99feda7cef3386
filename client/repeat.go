package client

import (
	"crypto/sha256"
	"slices"

	"hushwing/config"
	"hushwing/otr"
)

// repeated is what a program said of the text that follows: that it was sealed
// before, under these IDs. It names the text by its hash, because whoever
// carries the messages can drop that text and let the next one come instead,
// which must not pass for a repetition.
type repeated struct {
	text otr.ID
	ids  []otr.ID
}

// mostRepeats is how many IDs fit into a signal beside the hash.
const mostRepeats = otr.MaxSignal/len(otr.ID{}) - 1

func hashOf(text string) otr.ID {
	sum := sha256.Sum256([]byte(text))
	return otr.ID(sum[:len(otr.ID{})])
}

// repeatData is the data of a signalRepeat.
func repeatData(text string, ids []otr.ID) []byte {
	return joinIDs(append([]otr.ID{hashOf(text)}, ids...))
}

// announce says what the next text repeats. It reports whether that could be
// said: without it the text must not go.
func (a *account) announce(c *chat, v *otr.Conversation, text string, ids []otr.ID) bool {
	for part := range slices.Chunk(ids, mostRepeats) {
		if !a.sendSignal(c, v, otr.Signal{Usage: signalRepeat, Data: repeatData(text, part)}) {
			return false
		}
	}
	return true
}

// byKey is what is remembered of a message that was announced as an earlier
// sealing of a text that has come. Only the key that said so is bound by it:
// anybody else could name messages that are still to come.
func byKey(key otr.Fingerprint, id otr.ID) otr.ID {
	sum := sha256.Sum256(append(key[:], id[:]...))
	return otr.ID(sum[:len(otr.ID{})])
}

// repetition reports whether a text was here before, and returns what has to be
// remembered of it. Once a text has come, its earlier sealings are old news too:
// they may still be on their way.
func (s *seenIDs) repetition(key otr.Fingerprint, id otr.ID, text string, said repeated) (again bool, remember []otr.ID) {
	again = s.has(id) || s.has(byKey(key, id))
	remember = []otr.ID{id}
	if said.of(text) {
		for _, x := range said.ids {
			again = again || s.has(x) || s.has(byKey(key, x))
			remember = append(remember, byKey(key, x))
		}
	}
	return again, slices.DeleteFunc(remember, s.has)
}

func parseRepeated(data []byte) repeated {
	ids := splitIDs(data)
	if len(ids) < 2 {
		return repeated{}
	}
	return repeated{text: ids[0], ids: ids[1:]}
}

// and adds what another announcement says of the same text: one alone may not
// hold all.
func (r repeated) and(s repeated) repeated {
	if r.text == s.text && len(r.ids) < mostSealings {
		s.ids = append(r.ids, s.ids...)
	}
	return s
}

// of reports whether a text is the one that was spoken of.
func (r repeated) of(text string) bool { return len(r.ids) > 0 && r.text == hashOf(text) }

// seenIDs remembers which messages were opened, the latest config.MaxSeen.
type seenIDs struct {
	known map[otr.ID]struct{}
	order []otr.ID
}

func (s *seenIDs) has(id otr.ID) bool { _, ok := s.known[id]; return ok }

func (s *seenIDs) add(id otr.ID) {
	if s.has(id) {
		return
	}
	if s.known == nil {
		s.known = map[otr.ID]struct{}{}
	}
	s.known[id] = struct{}{}
	s.order = append(s.order, id)
	if len(s.order) > config.MaxSeen {
		delete(s.known, s.order[0])
		s.order = s.order[1:]
	}
}
