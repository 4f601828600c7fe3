import numpy
import urllib2

print "old", numpy.zeros(3)
exec "import os" in {}
