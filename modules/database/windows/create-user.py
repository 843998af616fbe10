# examsite-probe: mongodb-user-1
# Makes root of a MongoDB server on this PC, or gives it another password.
# Standard input: JSON { "port": 27017, "password": str }
import json
import sys

import pymongo

asked = json.load(sys.stdin)
admin = pymongo.MongoClient("127.0.0.1", asked["port"], serverSelectionTimeoutMS=10000).admin
known = admin.command("usersInfo", "root")["users"]
admin.command("updateUser" if known else "createUser", "root", pwd=asked["password"], roles=["root"])
