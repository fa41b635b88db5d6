"""Departments: where tickets are worked on."""
