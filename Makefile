# The project's own commands; `make help` lists them. Everything is set up by the scripts in scripts/, which say what they do.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-build setup-images demo demo-qt test build lint format bench fuzz docs clean

SWIFT_FLAGS := --explicit-target-dependency-import-check error

help: ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | while IFS=$$'\t' read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

setup-build: # what compiling needs
	@scripts/setup-apt.sh build

setup: setup-build # what running and testing need
	@scripts/setup-apt.sh run
	@scripts/setup-python.sh

setup-images: setup
	@scripts/setup-images.sh

build: setup-build ## compile .build/release/hallmark and hallmark-channel
	swift build -c release $(SWIFT_FLAGS) --product hallmark
	swift build -c release $(SWIFT_FLAGS) --product hallmark-channel

demo: ## set up, then build a real package by hand the safe way, into .demo/
	@scripts/demo.sh

demo-qt: ## the same with Qt 5's qtbase (a quarter of an hour more), into .demo-qt/
	@HALLMARK_DEMO_FEEDSTOCK=qt-main HALLMARK_DEMO_FOLDER=.demo-qt scripts/demo.sh

test: ## set up, then run all tests
	@scripts/test.sh

lint: ## check the formatting of Swift and the shell scripts
	swift format lint --strict --recursive Sources Tests Package.swift
	@scripts/lint.sh

format: ## format the Swift sources
	swift format --in-place --recursive Sources Tests Package.swift

bench: ## measure against the peers and the limits
	@scripts/bench.sh

fuzz: setup-build ## run the fuzz targets, a million executions each
	Fuzz/run.sh

docs: ## check the pages' links and commands
	@scripts/docs.sh

clean: ## remove what was built here; downloads in .cache/ and .tools/ stay
	rm -rf .build .demo .demo-qt .test-tmp
