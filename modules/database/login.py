# examsite-probe: database-1
# Logs in to servers on this PC with the exam's own drivers, and asks each for its version. Changes nothing.
# Standard input: JSON { "password": str or null, "servers": { "mysql": { "port": 3306, "drivers": ["pymysql", "MySQLdb"] }, ... } }
# Standard output: one line of JSON { "mysql": { "pymysql": { "version": "8.0.27", "databases": ["shop"], "error": null } }, ... }
# Databases are those that somebody has made, not the server's own.
import importlib
import json
import sys


def mysql(driver, port, password):
    module = importlib.import_module(driver)
    names = {"pymysql": "password", "MySQLdb": "passwd"}
    options = {"host": "127.0.0.1", "port": port, "user": "root", "connect_timeout": 10, names[driver]: password or ""}
    connection = module.connect(**options)
    cursor = connection.cursor()
    cursor.execute("SELECT VERSION()")
    version = cursor.fetchone()[0]
    cursor.execute("SHOW DATABASES")
    names = {row[0] for row in cursor.fetchall()} - {"information_schema", "mysql", "performance_schema", "sys"}
    connection.close()
    return version, sorted(names)


def mongodb(driver, port, password):
    pymongo = importlib.import_module(driver)
    login = {"username": "root", "password": password, "authSource": "admin"} if password else {}
    client = pymongo.MongoClient("127.0.0.1", port, serverSelectionTimeoutMS=10000, **login)
    # Nobody without the right to it may ask for this one.
    names = set(client.list_database_names()) - {"admin", "config", "local"}
    return client.server_info()["version"], sorted(names)


def redis(driver, port, password):
    module = importlib.import_module(driver)
    client = module.Redis(host="127.0.0.1", port=port, password=password, socket_timeout=10)
    client.ping()
    return client.info("server")["redis_version"], sorted(client.info("keyspace"))


def attempt(log_in, driver, port, password):
    try:
        version, databases = log_in(driver, port, password)
        return {"version": version, "databases": databases, "error": None}
    except Exception as error:
        return {"version": None, "databases": [], "error": "%s: %s" % (type(error).__name__, error)}


asked = json.load(sys.stdin)
servers = {"mysql": mysql, "mongodb": mongodb, "redis": redis}
answers = {
    name: {driver: attempt(servers[name], driver, one["port"], asked["password"]) for driver in one["drivers"]}
    for name, one in asked["servers"].items()
}
print(json.dumps(answers))
