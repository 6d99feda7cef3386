package otr

// Force puts a body into a conversation's engine past all walls.
func Force(v *Conversation, body string) []string { return v.engine.feed(body).send }

// Pieces returns how many messages are being put together, and their size.
func Pieces(c *Chat) (open, size int) {
	for _, p := range c.pieces.open {
		size += p.text.Len()
	}
	return len(c.pieces.open), size
}

// Break makes the engine of a conversation panic at its next use.
func Break(v *Conversation) { v.engine.conv = nil }

// Parse runs the message parser; it returns what it read of the tags, and
// whether it took the message.
func Parse(body string) (sender, receiver uint32, raw []byte, covered int, ok bool) {
	m, err := parse(body)
	return m.sender, m.receiver, m.raw, m.covered, err == nil
}

// ParseFragment runs the fragment parser.
func ParseFragment(body string) (sender, receiver uint32, k, n int, piece string, ok bool) {
	f, ok := parseFragment(body)
	return f.sender, f.receiver, f.k, f.n, f.piece, ok
}

// ParseOffers runs the parsers of queries and whitespace tags.
func ParseOffers(body string) (query, rest string) {
	o, ok := parseQuery(body)
	if ok {
		query = offerName(o)
	}
	text, o := cutTag(body)
	return query, text + "/" + offerName(o)
}

func offerName(o offer) string {
	switch {
	case o.three && o.other:
		return "3 and others"
	case o.three:
		return "3"
	case o.other:
		return "others"
	}
	return "none"
}
