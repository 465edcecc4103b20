import ArgumentParser

/// A command that handles signals by itself.
protocol ReceivesSignals: AsyncParsableCommand {}
