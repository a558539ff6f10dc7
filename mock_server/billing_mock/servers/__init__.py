"""Servers that listen on a port: in a process of their own, or inside the current one."""
