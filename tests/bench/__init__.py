"""`make bench`: one scripted leave talk, told to banshi and to what people would otherwise take, in one run."""
