package client

import (
	"crypto/sha256"

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
	return joinIDs(append([]otr.ID{hashOf(text)}, ids[max(0, len(ids)-mostRepeats):]...))
}

func parseRepeated(data []byte) repeated {
	ids := splitIDs(data)
	if len(ids) < 2 {
		return repeated{}
	}
	return repeated{text: ids[0], ids: ids[1:]}
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
