"""Every name and sentence of the standard's things that a person reads: messages, commands, timers, options, steps."""
