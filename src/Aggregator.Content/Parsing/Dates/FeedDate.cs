using System.Globalization;

namespace Aggregator.Content.Parsing.Dates;

/// <summary>
/// Reads dates as feeds write them, independent of any culture: RFC 822 and 2822 section 3.3, RFC 3339, W3C-DTF, ISO 8601 basic and
/// ordinal forms, asctime, dates with names of months in several languages, and seconds since 1970. A date without a zone is UTC.
/// The text is cut into words and numbers, and each piece finds its place by its shape; what has no place is ignored.
/// </summary>
internal static class FeedDate
{
    private const int MaxChars = 100;

    /// <summary>The instant that <paramref name="text"/> names, in UTC. Null if it names none, an impossible one, or one before 1900.</summary>
    public static DateTimeOffset? Read(string? text)
    {
        var trimmed = text.AsSpan().Trim();
        return trimmed.Length is < 4 or > MaxChars ? null : new Reading(trimmed.ToString()).Read();
    }

    /// <summary>The same; a text that names no instant is a problem.</summary>
    public static DateTimeOffset? Read(string? text, ProblemList problems)
    {
        var date = Read(text);
        if (date is null && !string.IsNullOrWhiteSpace(text))
        {
            problems.Add("a date could not be read");
        }

        return date;
    }

    private sealed class Reading(string text)
    {
        private int _at;
        private int _year = -1;
        private int _month = -1;
        private bool _monthMayBeWeekday;
        private int _day = -1;
        private int _dayOfYear = -1;
        private long _timeTicks;
        private bool _hasTime;
        private bool _afternoon;
        private bool _morning;
        private TimeSpan? _offset;
        private readonly List<(int Value, int Digits)> _numbers = [];

        public DateTimeOffset? Read()
        {
            if (AllDigits(text) && FromDigits() is { } instant)
            {
                return instant;
            }

            while (_at < text.Length)
            {
                var c = text[_at];
                if (char.IsAsciiDigit(c))
                {
                    ReadNumber();
                }
                else if (c is '+' or '-' or '\u2212' && _hasTime && _offset is null or { Ticks: 0 } && StartsNumber(_at + 1))
                {
                    ReadOffset();
                }
                else if (char.IsLetter(c))
                {
                    ReadWord();
                }
                else
                {
                    _at++;
                }
            }

            PlaceNumbers();
            return Build();
        }

        private static bool AllDigits(string text) => !text.AsSpan().ContainsAnyExceptInRange('0', '9');

        private DateTimeOffset? FromDigits()
        {
            var value = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
            return text.Length switch
            {
                9 or 10 when value > 0 => DateTimeOffset.FromUnixTimeSeconds(value),
                13 => DateTimeOffset.FromUnixTimeMilliseconds(value),
                _ => null,
            };
        }

        private bool StartsNumber(int at) => at < text.Length && char.IsAsciiDigit(text[at]);

        private int DigitsAt(int at)
        {
            var end = at;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            return end - at;
        }

        private int Number(int at, int digits) => int.Parse(text.AsSpan(at, digits), NumberStyles.None, CultureInfo.InvariantCulture);

        private void ReadNumber()
        {
            var digits = DigitsAt(_at);
            var after = _at + digits;
            if (digits <= 2 && after < text.Length && text[after] == ':' && StartsNumber(after + 1) && !_hasTime)
            {
                ReadTime(digits);
                return;
            }

            if (_year < 0 && digits == 4 && _numbers.Count == 0 && after < text.Length && text[after] is '-' or '/' or '.' && StartsNumber(after + 1))
            {
                ReadIsoDate();
                return;
            }

            if (_year < 0 && _numbers.Count == 0 && digits == 8)
            {
                (_year, _month, _day) = (Number(_at, 4), Number(_at + 4, 2), Number(_at + 6, 2));
            }
            else if (_year < 0 && _numbers.Count == 0 && digits == 14)
            {
                (_year, _month, _day) = (Number(_at, 4), Number(_at + 4, 2), Number(_at + 6, 2));
                SetTime(Number(_at + 8, 2), Number(_at + 10, 2), Number(_at + 12, 2), 0);
            }
            else if (_year > 0 && !_hasTime && digits is 4 or 6 && _at > 0 && text[_at - 1] is 'T' or 't')
            {
                SetTime(Number(_at, 2), Number(_at + 2, 2), digits == 6 ? Number(_at + 4, 2) : 0, 0);
            }
            else if (digits <= 4)
            {
                _numbers.Add((Number(_at, digits), digits));
            }

            _at = after;
        }

        private void ReadIsoDate()
        {
            _year = Number(_at, 4);
            _at += 5;
            var digits = DigitsAt(_at);
            if (digits == 3)
            {
                _dayOfYear = Number(_at, 3);
            }
            else if (digits == 4)
            {
                (_month, _day) = (Number(_at, 2), Number(_at + 2, 2));
            }
            else if (digits <= 2)
            {
                _month = Number(_at, digits);
                var next = _at + digits;
                if (next < text.Length && text[next] is '-' or '/' or '.' && DigitsAt(next + 1) is 1 or 2)
                {
                    var dayDigits = DigitsAt(next + 1);
                    _day = Number(next + 1, dayDigits);
                    digits += 1 + dayDigits;
                }
            }

            _at += digits;
        }

        private void ReadTime(int digits)
        {
            var hour = Number(_at, digits);
            _at += digits + 1;
            digits = Math.Min(DigitsAt(_at), 2);
            var minute = Number(_at, digits);
            _at += digits;
            var second = 0;
            long fraction = 0;
            if (_at < text.Length && text[_at] is ':' or '.' && DigitsAt(_at + 1) is 1 or 2)
            {
                digits = DigitsAt(_at + 1);
                second = Number(_at + 1, digits);
                _at += 1 + digits;
            }

            if (_at < text.Length && text[_at] is '.' or ',' or ':' && StartsNumber(_at + 1))
            {
                digits = DigitsAt(_at + 1);
                var kept = Math.Min(digits, 7);
                fraction = Number(_at + 1, kept);
                for (var i = kept; i < 7; i++)
                {
                    fraction *= 10;
                }

                _at += 1 + digits;
            }

            SetTime(hour, minute, second, fraction);
        }

        private void SetTime(int hour, int minute, int second, long fraction)
        {
            _hasTime = true;
            // A leap second counts as the second before it; "24:00" is the end of the day.
            _timeTicks = hour > 24 || minute > 59 || second > 60
                ? -1
                : (hour * 3600L + minute * 60 + Math.Min(second, 59)) * TimeSpan.TicksPerSecond + fraction;
        }

        private void ReadOffset()
        {
            var negative = text[_at] != '+';
            _at++;
            var digits = DigitsAt(_at);
            int hours, minutes = 0;
            if (digits >= 3)
            {
                digits = Math.Min(digits, 4);
                hours = Number(_at, digits - 2);
                minutes = Number(_at + digits - 2, 2);
                _at += DigitsAt(_at);
            }
            else
            {
                hours = Number(_at, digits);
                _at += digits;
                if (_at < text.Length && text[_at] == ':' && StartsNumber(_at + 1))
                {
                    digits = Math.Min(DigitsAt(_at + 1), 2);
                    minutes = Number(_at + 1, digits);
                    _at += 1 + digits;
                }
            }

            if (hours <= 14 && minutes <= 59)
            {
                var offset = new TimeSpan(hours, minutes, 0);
                _offset = negative ? -offset : offset;
            }
        }

        private void ReadWord()
        {
            var start = _at;
            while (_at < text.Length && (char.IsLetter(text[_at]) || char.GetUnicodeCategory(text[_at]) == UnicodeCategory.NonSpacingMark))
            {
                _at++;
            }

            var word = text[start.._at];
            if (DateWords.Month(word) is { } month && (_month < 0 || _monthMayBeWeekday))
            {
                // "Mar" before everything else is March in one language and Tuesday in three: a second month word decides.
                _monthMayBeWeekday = _month < 0 && start == 0;
                _month = month;
            }
            else if (DateWords.Afternoon(word) is { } afternoon)
            {
                _afternoon = afternoon;
                _morning = !afternoon;
            }
            else if (_hasTime && _offset is null && DateWords.Zone(word) is { } zone)
            {
                _offset = zone;
            }
        }

        private void PlaceNumbers()
        {
            foreach (var (value, digits) in _numbers)
            {
                if (_year < 0 && (digits >= 3 || value > 31 || (_day >= 0 && _month >= 0)))
                {
                    _year = digits >= 3 ? (digits == 3 ? 1900 + value : value) : value < 69 ? 2000 + value : 1900 + value;
                }
                else if (_day < 0 && (_month >= 0 || _numbers.Count < 3 || value > 12))
                {
                    _day = value;
                }
                else if (_month < 0)
                {
                    _month = value;
                }
                else if (_day < 0)
                {
                    _day = value;
                }
            }

            // "31.12.2003" is European, "12/31/2003" American: where both can be, the separator tells.
            if (_numbers.Count >= 3 && _month is >= 1 and <= 12 && _day is >= 1 and <= 12
                && _numbers[0].Value == _month && _numbers[1].Value == _day && text.Contains('.', StringComparison.Ordinal)
                && !text.Contains('/', StringComparison.Ordinal))
            {
                (_month, _day) = (_day, _month);
            }
        }

        private DateTimeOffset? Build()
        {
            if (_year is < 1900 or > 9998 || _timeTicks < 0)
            {
                return null;
            }

            var month = _month < 0 ? 1 : _month;
            var day = _day < 0 ? 1 : _day;
            if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(_year, month) || _dayOfYear is 0 or > 366)
            {
                return null;
            }

            var ticks = _timeTicks;
            if (_afternoon && ticks < 12 * TimeSpan.TicksPerHour)
            {
                ticks += 12 * TimeSpan.TicksPerHour;
            }
            else if (_morning && ticks >= 12 * TimeSpan.TicksPerHour && ticks < 13 * TimeSpan.TicksPerHour)
            {
                ticks -= 12 * TimeSpan.TicksPerHour;
            }

            var date = _dayOfYear > 0 ? new DateTime(_year, 1, 1).AddDays(_dayOfYear - 1) : new DateTime(_year, month, day);
            return new DateTimeOffset(date.AddTicks(ticks).Ticks, TimeSpan.Zero) - (_offset ?? TimeSpan.Zero);
        }
    }
}
