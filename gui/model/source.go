package model

import "hushwing/client"

// Event is a fact from the client, as Apply takes it. The window passes events
// on without looking into them.
type Event = client.Event
