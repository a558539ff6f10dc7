"""How a history is judged: internal to `linearizability`, which is the face."""
