"""The doors of the plugin "API Endpoints", as clients of it know them."""
