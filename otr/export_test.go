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
