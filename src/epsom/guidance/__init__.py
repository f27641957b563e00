"""Floor 5: triage rules, actions and wording."""
