// Package gui is the window: GTK 3 and libhandy widgets for the views of
// gui/model. It makes no decisions. It shows what the model says, tells the
// model what was pressed and typed, and nothing else.
//
// Everything here happens on the main thread, which main must have locked to
// its goroutine before anything else (runtime.LockOSThread in an init).
//
// What comes from the client goes through one queue into one idle callback
// with a budget of 6 ms (queue.go); only what the model says has changed is
// drawn anew. The frames of the screens are interface files (ui/*.ui), their
// repeating parts are the few kinds of parts.go, the look is style.css and the
// icons in icons/. C is spoken in native.go only.
package gui
