package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hushwing/internal/story"
)

// record plays the story and leaves pictures and a transcript in dir.
func (d *demo) record(ctx context.Context, dir string) (err error) {
	dir, err = filepath.Abs(dir)
	if err == nil {
		err = clean(dir)
	}
	if err != nil {
		return err
	}
	l, private, end, err := d.stage(ctx)
	if err != nil {
		return err
	}
	defer end()
	var play *story.Play
	var told transcript
	play, err = story.New(ctx, story.Options{Program: d.program, Lab: l, Dir: private, Hook: func(s story.Step) error {
		d.say("%2d of %d  %s", s.Number, play.Steps(), s.Line)
		told.step(play, s)
		img, err := play.SideBySide()
		if err != nil {
			return err
		}
		return save(filepath.Join(dir, fmt.Sprintf("%02d-%s.png", s.Number, s.Name)), img)
	}})
	if err != nil {
		return err
	}
	defer play.Close()
	d.say("two screens are up; the story begins")
	err = play.Run(ctx)
	if err == nil {
		err = play.Sound()
	}
	saw, tapErr := play.Server(l.Prosody())
	if err == nil {
		err = errors.Join(tapErr, clearText(saw))
	}
	told.end(saw, err)
	err = errors.Join(err, os.WriteFile(filepath.Join(dir, "transcript.txt"), []byte(told.String()), 0o644), last(dir, err))
	if err != nil {
		d.say("what there is so far is in %s", dir)
		return err
	}
	d.say("both are private and checked; the server saw %d messages, and all of them were sealed", saw.Bodies)
	d.say("%d pictures and transcript.txt are in %s", play.Steps(), dir)
	return nil
}

// clean makes the folder, and takes an earlier demo's files out of it.
func clean(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "[0-9][0-9]-*.png"))
	failed, e := filepath.Glob(filepath.Join(dir, "failed-*"))
	err = errors.Join(err, e)
	for _, file := range append(append(old, failed...), filepath.Join(dir, "transcript.txt")) {
		if e := os.Remove(file); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// clearText is an error when the server could read anything, or saw too little
// to tell.
func clearText(saw story.ServerSaw) error {
	switch {
	case len(saw.Clear) > 0:
		return fmt.Errorf("the server saw %d messages in clear", len(saw.Clear))
	case len(saw.Words) > 0:
		return fmt.Errorf("the server saw words of the story: %q", saw.Words)
	case saw.Bodies == 0:
		return errors.New("the server saw no message at all, so nothing is proven")
	}
	return nil
}

func save(path string, img image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, img), f.Close())
}

// last keeps what was on the screens when the story stopped.
func last(dir string, err error) error {
	var f *story.Failure
	if !errors.As(err, &f) {
		return nil
	}
	var errs []error
	for who, img := range f.Shots {
		errs = append(errs, save(filepath.Join(dir, "failed-"+who+".png"), img))
	}
	for who, tree := range f.Trees {
		errs = append(errs, os.WriteFile(filepath.Join(dir, "failed-"+who+".txt"), []byte(tree), 0o644))
	}
	return errors.Join(errs...)
}

// transcript is the story in words.
type transcript struct{ strings.Builder }

func (t *transcript) step(p *story.Play, s story.Step) {
	fmt.Fprintf(t, "%02d  %s  %s\n", s.Number, time.Now().Format("15:04:05"), s.Line)
	for _, who := range p.People() {
		if lines := who.Strips(); len(lines) > 0 {
			fmt.Fprintf(t, "      %s’s window: %s\n", who.Name, strings.Join(lines, " | "))
		}
	}
}

func (t *transcript) end(saw story.ServerSaw, err error) {
	fmt.Fprintf(t, "\nThe server saw %d stanzas with %d messages. ", saw.Stanzas, saw.Bodies)
	if clearText(saw) == nil {
		fmt.Fprintf(t, "All of them were sealed, such as this one:\n  %.76s…\n", saw.Sample)
	}
	if err != nil {
		fmt.Fprintf(t, "\nThe demo failed: %v\n", err)
		return
	}
	fmt.Fprintln(t, "\nBoth were private and checked; the server saw no clear text.")
}
