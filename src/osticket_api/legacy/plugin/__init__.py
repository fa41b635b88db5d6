"""The endpoints of the plugin "API Endpoints", as clients of it know them."""
