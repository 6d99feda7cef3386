# The commands of this project. Each is a script in build/ or a line here;
# docs/hacking.md says more. They install what is missing on Debian and
# Ubuntu, as root or with sudo.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run build test demo bench leak chaos gallery languages fmt lint install uninstall dist dist-check deps

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

run: ## build Hushwing and start it
	@build/run.sh

build: ## leave the program in bin/hushwing
	@build/build.sh

test: ## everything: formatting, vet, walls, other systems, all tests
	@build/test.sh

demo: ## two windows, Ana and Ben, on a private network (OUT=DIR: screenshots and transcript)
	@OUT="$(OUT)" build/demo.sh

bench: ## the figures, each beside its measure
	@build/bench.sh

leak: ## hit Tor a hundred times and count what leaves elsewhere (BLOWS=N, SEED=N)
	@build/leak.sh

chaos: ## break everything while 10,000 texts pass, and count what is lost: none (N=N, SEED=N)
	@build/chaos.sh

gallery: ## every screen in every state, as pictures with a page (OUT=DIR)
	@OUT="$(OUT)" build/gallery.sh

languages: ## bring the catalogues of translations up to date with the source
	@build/languages.sh

fmt: ## format the Go code
	@build/lint.sh fmt

lint: ## gofumpt, go vet, staticcheck
	@build/lint.sh

install: ## put the program, its icon and its manual under PREFIX=/usr/local (DESTDIR= for packages)
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" SITE="$(SITE)" build/install.sh

uninstall: ## take away what make install put there
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" build/install.sh uninstall

dist: ## a .deb and an .rpm in out/dist (OUT=DIR)
	@OUT="$(OUT)" SITE="$(SITE)" build/dist.sh

dist-check: ## install the .deb in a bare Debian in a folder, and start it from its desktop file there
	@OUT="$(OUT)" build/dist-check.sh

deps: ## install the packages that make test and make demo need, and nothing else
	@build/deps.sh run test
