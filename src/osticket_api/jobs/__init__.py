"""Work that goes on beside requests: inside `osticket-api serve`, or in `osticket-api worker`."""
