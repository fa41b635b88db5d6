"""Parents and children among tickets, as osTicket and the plugin "Subticket Manager" both show them."""
