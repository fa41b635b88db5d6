<?php
// Writes session.txt: what PHP's own session handler stores of values of every kind, some of them as osTicket has them.
class QueueSort { public $id = 7; protected $title = "by date"; private $up = true; public $self; }
class Packed implements Serializable {
    public function serialize() { return '};s:4:"_auth'; }
    public function unserialize($data) {}
}
enum Level: string { case High = 'high'; }

error_reporting(0);
ini_set('session.save_handler', 'files');
ini_set('session.use_cookies', '0');
session_start();
$sort = new QueueSort();
$sort->self = $sort;
$list = ['a', 'b'];
$_SESSION['csrf'] = ['token' => str_repeat('ab', 20), 'time' => 1714980000];
$_SESSION['TIME_BOMB'] = 1714980010;
$_SESSION[':Q:3'] = ['sort' => $sort, 'again' => $sort, 'list' => &$list, 'same' => &$list];
$_SESSION['packed'] = new Packed();
$_SESSION['level'] = Level::High;
$_SESSION['numbers'] = [1.5, -2, 0, INF, -INF, 1.0E+25, true, false, null, PHP_INT_MAX];
$_SESSION['text'] = "Grüße \u{1F600} \"quoted\"; a:1:{";
$_SESSION['cfg:core'] = ['db_timezone' => 'Europe/Berlin', 5 => ['deep' => [[[]]]]];
$_SESSION['_auth'] = ['staff' => ['id' => 3, 'key' => 'local:bob', '2fa' => null], 'user' => []];
$_SESSION[':token'] = ['staff' => 'hash:1714980000:ip'];
file_put_contents(__DIR__ . '/session.txt', session_encode());
