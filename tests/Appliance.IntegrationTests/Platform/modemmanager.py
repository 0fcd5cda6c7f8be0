"""A modem for python3-dbusmock: one modem that registers, sends text messages and knows where it is."""
import dbus

BUS_NAME = 'org.freedesktop.ModemManager1'
MAIN_OBJ = '/org/freedesktop/ModemManager1'
MAIN_IFACE = 'org.freedesktop.ModemManager1'
SYSTEM_BUS = True
IS_OBJECT_MANAGER = True

MODEM = '/org/freedesktop/ModemManager1/Modem/0'
SMS = '/org/freedesktop/ModemManager1/SMS/'
IFACE = 'org.freedesktop.ModemManager1.Modem'

CREATE = f'''
number = len([path for path in objects if path.startswith("{SMS}")])
path = "{SMS}" + str(number)
self.AddObject(path, "org.freedesktop.ModemManager1.Sms",
    {{"Number": args[0]["number"], "Text": args[0]["text"], "State": dbus.UInt32(1)}},
    [("Send", "", "", """
if str(self.props["org.freedesktop.ModemManager1.Sms"]["Number"]).endswith("000"):
    raise dbus.exceptions.DBusException("the network refused", name="org.freedesktop.ModemManager1.Error.Message.Network")
self.UpdateProperties("org.freedesktop.ModemManager1.Sms", {{"State": dbus.UInt32(5)}})
""")])
ret = path
'''


def load(mock, parameters):
    if parameters.get('Empty'):
        return
    mock.AddObject(MODEM, IFACE, {
        'Manufacturer': 'Example', 'Model': 'M1', 'State': dbus.Int32(8), 'EquipmentIdentifier': '490154203237518',
        'SignalQuality': dbus.Struct((dbus.UInt32(67), True), signature='ub'),
    }, [])
    modem = mock.bus_name and __import__('dbusmock').get_object(MODEM)
    modem.AddProperties(IFACE + '.Modem3gpp', {'OperatorName': 'Example Net', 'RegistrationState': dbus.UInt32(1)})
    modem.AddProperties(IFACE + '.Messaging', {'Messages': dbus.Array([], signature='o')})
    modem.AddMethods(IFACE + '.Messaging', [('Create', 'a{sv}', 'o', CREATE), ('Delete', 'o', '', '')])
    modem.AddProperties(IFACE + '.Location', {'Capabilities': dbus.UInt32(3), 'Enabled': dbus.UInt32(0)})
    modem.AddMethods(IFACE + '.Location', [
        ('Setup', 'ub', '', f'self.UpdateProperties("{IFACE}.Location", {{"Enabled": args[0]}})'),
        ('GetLocation', '', 'a{uv}',
         'ret = dbus.Dictionary({dbus.UInt32(2): dbus.Dictionary({"latitude": 47.5, "longitude": 8.25, "altitude": 431.0},'
         ' signature="sv", variant_level=1)}, signature="uv")'),
    ])
