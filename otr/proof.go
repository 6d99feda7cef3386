package otr

// SealedWith returns the number of our D-H key with which the last message of this
// conversation was sealed; zero before the first. It announced the next number.
func (v *Conversation) SealedWith() uint32 { return v.sealedWith }

// TheyKnow returns the highest number of a D-H key of ours that the other side has
// used. They cannot know n+1 without having opened a message that was sealed with
// n: so this proves, whatever their program is and whatever its user does, that a
// message was read (OTR v3, "Overview of the DH exchange"). Programs that hold to
// the protocol answer by themselves now and then, with an empty message.
func (v *Conversation) TheyKnow() uint32 { return v.theyKnow }
