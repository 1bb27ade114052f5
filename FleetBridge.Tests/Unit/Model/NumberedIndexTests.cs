using CsCheck;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Unit.Model;

/// <summary>Against a sorted dictionary, which is slower and obvious.</summary>
public sealed class NumberedIndexTests
{
    [Fact]
    public void Index_is_a_sorted_dictionary() => Gen.Select(Gen.Bool, Gen.Long[1, 90]).List[0, 300].Sample(
        steps =>
        {
            var index = new NumberedIndex<string>();
            var oracle = new SortedDictionary<long, string>();
            foreach (var (adds, number) in steps)
            {
                if (adds)
                {
                    var record = $"{number}/{oracle.Count}";
                    index.Set(number, record);
                    oracle[number] = record;
                }
                else
                {
                    index.Remove(number);
                    oracle.Remove(number);
                }

                Assert.Equal(oracle.Count, index.Count);
                Assert.Equal(oracle.Values.FirstOrDefault(), index.First);
                Assert.Equal(oracle.Where(one => one.Key > number).Select(one => one.Value), index.After(number));
            }

            Assert.Equal(oracle.Values, index.After());
        },
        iter: 300, threads: 1);
}
