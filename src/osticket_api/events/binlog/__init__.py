"""The binary log of the database server: it tells the tailer at once where to look (`EVENTS_SOURCE=binlog`)."""
