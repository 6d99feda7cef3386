package apart

import (
	"errors"

	"hushwing/tor"
)

// fault is an error on its way to the other process.
type fault struct {
	typed bool // a *tor.Error; the first fields are its own
	tor.Error

	inner bool   // there is an error within (or this is one without a type)
	text  string // its words
	reply byte   // the code of the *tor.ReplyError in it; 0 if there is none
}

func (c *coder) fault(f *fault) {
	if c.flag(&f.typed); f.typed {
		number(c, &f.Reason)
		c.endpoint(&f.Endpoint)
		c.progress(&f.Last)
		c.text(&f.Warning)
		c.text(&f.Program)
	}
	if c.flag(&f.inner); f.inner {
		c.text(&f.text)
		c.byte(&f.reply)
	}
}

func faultOf(err error) fault {
	var f fault
	var e *tor.Error
	if errors.As(err, &e) {
		f.typed, f.Error = true, *e
		err, f.Err = e.Err, nil
	}
	if err == nil {
		return f
	}
	f.inner, f.text = true, err.Error()
	var r *tor.ReplyError
	if errors.As(err, &r) {
		f.reply = r.Code
	}
	return f
}

// err is the error as it was: the same words, and the same types for whoever
// decides on them.
func (f fault) err() error {
	var inner error
	if f.inner {
		inner = &far{text: f.text}
		if f.reply != 0 {
			inner = &far{f.text, &tor.ReplyError{Code: f.reply}}
		}
	}
	if !f.typed {
		if inner == nil {
			inner = &far{text: "no reason given"}
		}
		return inner
	}
	e := f.Error
	e.Err = inner
	return &e
}

// far is an error from the other process.
type far struct {
	text  string
	reply error // may be nil
}

func (e *far) Error() string { return e.text }
func (e *far) Unwrap() error { return e.reply }
