"""Which broker an address names."""

from osticket_api.events.brokers.broker import Broker
from osticket_api.settings_relay import AMQP, KAFKA, NATS, RelayTarget


def broker_of(target: RelayTarget) -> Broker:
    """The broker of this target, which nobody has connected to yet."""
    if target.kind is NATS:
        from osticket_api.events.brokers.nats import NatsSubject

        return NatsSubject(target)
    if target.kind is AMQP:
        from osticket_api.events.brokers.amqp import AmqpExchange

        return AmqpExchange(target)
    if target.kind is KAFKA:
        from osticket_api.events.brokers.kafka import KafkaTopic

        return KafkaTopic(target)
    from osticket_api.events.brokers.redis import RedisStream

    return RedisStream(target)
