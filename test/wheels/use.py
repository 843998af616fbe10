"""Imports every module that the installed distributions bring, and uses each package that the handbook names. Prints one JSON object."""
import importlib
import io
import json
import socket
import socketserver
import sys
import threading
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer

import importlib_metadata

warnings.simplefilter("ignore")
PAGE = "<html><body><h1>考场 301</h1><a href='/2'>next</a></body></html>"


class Site(BaseHTTPRequestHandler):
    """A page for requests and Scrapy, and as much of a WebDriver as opens a session."""

    def answer(self, body, kind):
        body = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(PAGE, "text/html; charset=utf-8")

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        browser = asked["capabilities"]["alwaysMatch"].get("browserName") or asked["capabilities"]["firstMatch"][0]["browserName"]
        self.answer(json.dumps({"value": {"sessionId": "s1", "capabilities": {"browserName": browser}}}), "application/json")

    def log_message(self, *_):
        pass


class Redis(socketserver.StreamRequestHandler):
    def handle(self):
        # A command comes as several lines: the last one is its name.
        while self.rfile.readline().strip().upper() not in (b"PING", b""):
            pass
        self.wfile.write(b"+PONG\r\n")


def serve(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


web = "http://127.0.0.1:%d" % serve(HTTPServer(("127.0.0.1", 0), Site))


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def use_requests():
    import requests

    return requests.get(web, timeout=10).text == PAGE


def use_lxml():
    from lxml import etree, html

    style = etree.XSLT(etree.XML(
        '<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform"><x:template match="/">'
        '<r><x:value-of select="//h1"/></r></x:template></x:stylesheet>'))
    return html.fromstring(PAGE).xpath("//h1/text()") == ["考场 301"] and style(etree.HTML(PAGE)).getroot().text == "考场 301"


def use_pymysql():
    import pymysql

    try:
        pymysql.connect(host="127.0.0.1", port=closed_port(), user="root", connect_timeout=5)
    except pymysql.err.OperationalError as error:
        return error.args[0] == 2003 and pymysql.converters.escape_string("a'b") == "a\\'b"


def use_pymongo():
    import bson
    import pymongo

    client = pymongo.MongoClient("127.0.0.1", closed_port(), serverSelectionTimeoutMS=300)
    try:
        client.admin.command("ping")
    except pymongo.errors.ServerSelectionTimeoutError:
        return bson.decode(bson.encode({"考": [1, None]})) == {"考": [1, None]}


def use_redis():
    import redis

    return redis.Redis("127.0.0.1", serve(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Redis))).ping()


def use_selenium():
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    return webdriver.Remote(web, options.to_capabilities()).session_id == "s1"


def use_scrapy():
    from scrapy import Spider
    from scrapy.crawler import CrawlerProcess

    found = []

    class Room(Spider):
        name = "room"
        start_urls = [web]

        def parse(self, response):
            found.append(response.css("h1::text").get())
            if not response.url.endswith("/2"):
                yield response.follow("/2")

    process = CrawlerProcess({"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False})
    process.crawl(Room)
    process.start()
    return found == ["考场 301", "考场 301"]


def use_django():
    import django
    from django.conf import settings

    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF="__main__", DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
    django.setup()
    from django.db import connection
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path

    def page(_request):
        with connection.cursor() as cursor:
            cursor.execute("select 6 * 7")
            return HttpResponse(str(cursor.fetchone()[0]))

    globals()["urlpatterns"] = [path("", page)]
    return Client().get("/").content == b"42"


def use_seaborn():
    import matplotlib

    matplotlib.use("Agg")
    import pandas
    import seaborn

    seaborn.kdeplot(data=pandas.DataFrame({"score": [60, 70, 71, 90]}), x="score")
    picture = io.BytesIO()
    matplotlib.pyplot.savefig(picture, format="png")
    return picture.getvalue()[:8] == b"\x89PNG\r\n\x1a\n"


def modules(distribution):
    """Top-level modules: by the files it brought."""
    tops = {str(file).split("/")[0] for file in distribution.files or () if not str(file).startswith("..")}
    names = {top.split(".")[0] for top in tops if not top.endswith((".dist-info", ".data", ".libs", ".pth")) and top != "__pycache__"}
    return sorted(name for name in names if name.isidentifier())


def outcome(work):
    try:
        return "ok" if work() else "it gave a wrong answer"
    except Exception as error:  # every failure is a row of the result
        return "%s: %s" % (type(error).__name__, error)


# Before anything else imports distutils: it replaces that.
importlib.import_module("setuptools")
installed = {}
for one in importlib_metadata.distributions(path=[p for p in sys.path if p.endswith("site-packages")]):
    installed[one.metadata["Name"].lower().replace("_", "-").replace(".", "-")] = outcome(
        lambda: all(importlib.import_module(name) for name in modules(one)))
used = {name: outcome(globals()["use_" + name]) for name in sys.argv[1:]}
print(json.dumps({"imported": installed, "used": used}))
