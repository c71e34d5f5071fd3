"""The approval engine: routes, who is asked, decisions, cards, and that nothing slips whatever the order of clicks."""
